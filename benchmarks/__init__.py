"""Speed and memory, each beside a named peer or limit: same work, same run, medians."""
