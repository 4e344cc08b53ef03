"""The demo: the Whole Essex Information Sharing Framework with invented members. Loading it twice changes nothing."""
