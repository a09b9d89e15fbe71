"""The flows of `domain.md` §5 as topologies, one package each; pure code."""
