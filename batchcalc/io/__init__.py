"""Files in and out: DSN, CSV, Parquet and Arrow; atomic writes."""
