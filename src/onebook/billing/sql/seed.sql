-- The thresholds that verification starts with; energies in 10^-4 kWh.
INSERT INTO billing_threshold (name, value) VALUES
    ('change_percent', 50),
    ('floor_residential_e4', 3000000),
    ('floor_low_voltage_e4', 10000000),
    ('floor_high_voltage_e4', 100000000),
    ('days_lowest', 25),
    ('days_highest', 35);
