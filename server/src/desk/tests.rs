//! Every route of the desk refuses whoever should not be there.
