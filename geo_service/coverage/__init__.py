"""Who keeps which square metre, per district and date."""
