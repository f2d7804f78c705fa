"""Engine and session, the embedded PostGIS, migrations, and SQL files. The only room that commits."""
