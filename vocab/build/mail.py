"""Domains of e-mail addresses.

Source: `data/email_domains.csv`, our own. `safe` are the names reserved by RFC 2606: mail to them
reaches nobody, so they are the default. `realistic` are real providers, for those who ask.
"""

from vocab.build.data import read_csv


def domains():
    return [(row["domain"], row["profile"], int(row["weight"])) for row in read_csv("email_domains.csv")]
