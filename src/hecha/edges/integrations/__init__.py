"""News from outside (3.2.2): monitors (Alertmanager, Zabbix, CloudEvents) and warnings of other offices (CAP)."""
