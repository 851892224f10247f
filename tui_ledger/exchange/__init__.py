"""Events and commands that come from files, and events that go into them."""
