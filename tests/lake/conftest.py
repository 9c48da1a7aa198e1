def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes many seconds; `-m 'not slow'` leaves it out")
