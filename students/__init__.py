"""Who, where and when: students, parents and carers, groups, staff assignments and the school calendar."""
