"""Wake-ups and sweeps. A job only wakes work that a sweep would find from rows anyway."""
