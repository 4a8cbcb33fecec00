"""Truth and answers of an ISIC challenge in, the official figures of 2018 and 2019 out, with intervals."""
