"""The speed budgets of design.md section 6, each measured on the data of the installation in one run."""
