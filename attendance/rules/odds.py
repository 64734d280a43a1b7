"""Whether what looks like a pattern is more than chance would bring about."""

from math import comb


def is_chance(hits: int, of: int, all_hits: int, all_of: int, *, one_in: int) -> bool:
    """Test whether `hits` or more of `all_hits` days would fall among `of` of `all_of` days once in `one_in` by chance.

    Someone absent all week, or half the year, is absent on Mondays too: that is no pattern of Mondays. Counted exactly,
    in integers, without replacement (hypergeometric tail): hits of the days looked at, all_hits of them all.
    """
    tails = range(hits, min(of, all_hits) + 1)
    ways = sum(comb(of, there) * comb(all_of - of, all_hits - there) for there in tails)
    return ways * one_in > comb(all_of, all_hits)
