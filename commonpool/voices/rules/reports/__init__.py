"""What comes out of a study, as plain values: tables and words that pages show and files hold."""
