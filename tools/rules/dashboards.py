def dashboards(): return {}
