def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes many seconds; `-m 'not slow'` leaves it out")
    config.addinivalue_line("markers", "soak: takes many minutes; runs only when asked for, by `-m soak`")


def pytest_collection_modifyitems(config, items):
    if "soak" in config.option.markexpr:
        return
    left_out = [item for item in items if item.get_closest_marker("soak")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
