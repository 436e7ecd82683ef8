using MetaStore.Raft.Messages;
using MetaStore.Raft.Storage.Wal;
using MetaStore.Raft.Storage.Wal.Recovery;

namespace MetaStore.Raft.Storage.Tests.Wal;

/// <summary>The expected content of a log: the acknowledged content, or that plus the group being written when the power failed.</summary>
internal sealed class LogModel
{
    private State _acknowledged = new();
    private State? _inFlight;
    private State _draft = new();

    /// <summary>A plausible next append of a core, given everything acknowledged and started.</summary>
    internal WalAppend Next(Random random)
    {
        var state = _draft;
        var term = Math.Max(1, state.Hard.Term);
        WalAppend append;
        switch (random.Next(8))
        {
            case 0:
                append = new WalAppend { HardState = new HardState(term + 1, (ulong)random.Next(1, 4), state.Hard.Commit) };
                break;
            case 1 when state.Last > state.Hard.Commit && state.Hard.Term > 0:
                append = new WalAppend { HardState = state.Hard with { Commit = state.Hard.Commit + 1 } };
                break;
            case 2 when state.Hard.Commit > state.Marker && state.Entries.TryGetValue(state.Hard.Commit, out var at):
                append = Logs.Marker(state.Hard.Commit, at.Term);
                break;
            case 3 when state.Last > state.Hard.Commit:
                append = new WalAppend
                {
                    HardState = new HardState(term + 1, 0, state.Hard.Commit),
                    Entries = [Logs.Entry((ulong)random.NextInt64((long)state.Hard.Commit + 1, (long)state.Last + 1), term + 1)],
                };
                break;
            case 4 when random.Next(10) == 0:
                append = new WalAppend
                {
                    HardState = new HardState(term, state.Hard.Vote, state.Last + 50),
                    Marker = new SnapshotMetadata(state.Last + 50, term, ConfState.Of(1)),
                };
                break;
            default:
                var count = (ulong)random.Next(1, 4);
                append = new WalAppend
                {
                    HardState = state.Hard.Term == 0 ? new HardState(1, 1, 0) : null,
                    Entries = [.. Enumerable.Range(1, (int)count).Select(i => Logs.Entry(state.Last + (ulong)i, term, random.Next(0, 2500)))],
                };
                break;
        }

        _draft = _draft.With(append);
        return append;
    }

    internal void Begin(WalAppend[] group) => _inFlight = group.Aggregate(_acknowledged, (state, append) => state.With(append));

    internal void Acknowledge() => _acknowledged = _inFlight!;

    internal void AssertRecovered(WalRecovery recovery)
    {
        var found = new State
        {
            Hard = recovery.HardState,
            Marker = recovery.Marker?.Index ?? 0,
            Last = recovery.LastIndex,
            Entries = recovery.Entries.ToDictionary(entry => entry.Index),
        };
        var wanted = found.Holds(_acknowledged) ? _acknowledged
            : _inFlight is not null && found.Holds(_inFlight) ? _inFlight : null;
        Assert.True(wanted is not null, $"found {found}; acknowledged {_acknowledged}; in flight {_inFlight}");
        Assert.True(recovery.FirstIndex <= found.Marker + 1);
        _acknowledged = found;
        _inFlight = null;
        _draft = found;
    }

    private sealed record State
    {
        internal HardState Hard { get; init; }

        internal ulong Marker { get; init; }

        internal ulong Last { get; init; }

        internal Dictionary<ulong, Entry> Entries { get; init; } = [];

        public override string ToString() => $"{Hard} marker {Marker} last {Last}";

        internal State With(WalAppend append)
        {
            var entries = new Dictionary<ulong, Entry>(Entries);
            var last = Last;
            var marker = Marker;
            if (append.Marker is { } snapshot)
            {
                marker = snapshot.Index;
                if (snapshot.Index > last)
                {
                    entries.Clear();
                    last = snapshot.Index;
                }
            }

            foreach (var entry in append.Entries)
            {
                for (var gone = entry.Index; gone <= last; gone++)
                {
                    entries.Remove(gone);
                }

                entries[entry.Index] = entry;
                last = entry.Index;
            }

            return new State { Hard = append.HardState ?? Hard, Marker = marker, Last = last, Entries = entries };
        }

        // The commit index may lag but not lead; everything else is exact. Entries before the marker may have been deleted.
        internal bool Holds(State wanted) =>
            Hard.Term == wanted.Hard.Term && Hard.Vote == wanted.Hard.Vote && Hard.Commit <= wanted.Hard.Commit
            && Marker == wanted.Marker && Last == wanted.Last
            && wanted.Entries.Values.Where(entry => entry.Index > Marker).All(entry =>
                Entries.TryGetValue(entry.Index, out var mine)
                && mine.Term == entry.Term && mine.Data.Span.SequenceEqual(entry.Data.Span));
    }
}
