"""Browsers and the texts that they send.

Source: `data/user_agents.csv`, our own: the forms are facts, the weights are about those of public counters.
"""

from vocab.build.data import read_csv


def user_agents():
    return [
        (row["device"], row["os"], row["browser"], int(row["weight"]), row["text"])
        for row in read_csv("user_agents.csv")
    ]
