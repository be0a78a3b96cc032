"""The numbers of law: dated tables in TOML, and the parameters of a month resolved from them."""
