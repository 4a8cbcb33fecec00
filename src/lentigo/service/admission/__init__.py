"""Who may ask for what: limits, hosts, tokens, uploads."""
