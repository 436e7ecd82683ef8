using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Leases;
using MetaStore.StateMachine.Mvcc.Reading;

namespace MetaStore.Simulation.Checkers;

/// <summary>A minimal store written from etcd's documentation, independent of the product: every change of every key, in order.</summary>
/// <remarks>Supports only what the simulator's clients use: put, delete, flat transactions, leases, compaction, ranges at a revision.</remarks>
internal sealed class ReferenceStore
{
    private readonly SortedDictionary<string, List<Change>> _keys = new(StringComparer.Ordinal);
    private readonly List<ReferenceChange> _changes = [];
    private long _base;

    public long Revision { get; private set; } = 1;

    public long Compacted { get; private set; } = -1;

    /// <summary>Every change of every key, in order; empty unless <see cref="KeepsChanges"/>.</summary>
    public IReadOnlyList<ReferenceChange> Changes => _changes;

    /// <summary>Whether changes are kept for watches; set before the first.</summary>
    public bool KeepsChanges { get; init; }

    /// <summary>Leases and their keys.</summary>
    public ReferenceLeases Leases { get; } = new();

    /// <summary>Applies a write.</summary>
    /// <param name="command">The write.</param>
    /// <param name="term">Term of its entry.</param>
    /// <returns>The response as text, see <see cref="AnswerText"/>.</returns>
    public string Apply(ICommand command, ulong term)
    {
        _base = Revision;
        switch (command)
        {
            case PutCommand put when !Leases.Allow(put):
                return $"error {ErrorCode.LeaseNotFound}";
            case PutCommand put:
                return Put(put);
            case DeleteRangeCommand delete:
                return Delete(delete);
            case CompactCommand compact when compact.Revision <= Compacted:
                return $"error {ErrorCode.Compacted}";
            case CompactCommand compact when compact.Revision > Revision:
                return $"error {ErrorCode.FutureRevision}";
            case CompactCommand compact:
                Compacted = compact.Revision;
                return $"{CommandKind.Compact} at {Revision}";
            case TxnCommand txn:
                bool holds = txn.Compares.All(Holds);
                IReadOnlyList<TxnOp> branch = holds ? txn.Success : txn.Failure;
                if (!branch.All(operation => operation.Kind != TxnOpKind.Put || Leases.Allow(operation.Put)))
                {
                    return $"error {ErrorCode.LeaseNotFound}";
                }

                string[] answers = [.. branch.Select(Execute)];
                return AnswerText.Txn(Revision, holds, answers);
            case LeaseGrantCommand grant:
                return Leases.TryGrant(grant) ? $"{CommandKind.LeaseGrant} at {Revision}" : $"error {ErrorCode.LeaseExists}";
            case LeaseRevokeCommand revoke:
                return Revoke(CommandKind.LeaseRevoke, revoke.Id);
            case LeaseExpireCommand expire:
                bool isSame = expire.Term == term && (expire.Epoch == 0 || Leases.EpochOf(expire.Id) == expire.Epoch);
                return isSame ? Revoke(CommandKind.LeaseExpire, expire.Id) : $"error {ErrorCode.LeaseNotFound}";
            default:
                throw new ArgumentOutOfRangeException(nameof(command), command.GetType().Name);
        }
    }

    /// <summary>Reads the state at a revision, compacted or not.</summary>
    public string Read(in RangeQuery query, long revision)
    {
        var pairs = new List<string>();
        foreach ((string key, Change change) in Live(query.Key.Span, query.RangeEnd.Span, revision))
        {
            pairs.Add(Pair(key, change));
        }

        return AnswerText.Range(pairs.Count, pairs);
    }

    private string Execute(TxnOp operation) => operation.Kind switch
    {
        TxnOpKind.Put => Put(operation.Put),
        TxnOpKind.DeleteRange => Delete(operation.DeleteRange),
        _ => Read(operation.Range, long.MaxValue),
    };

    private string Put(in PutCommand put)
    {
        string key = AnswerText.Show(put.Key.Span);
        Change? before = Newest(key);
        bool lives = before is { Value: not null };
        long main = Write();
        Add(key, new Change(
            main, AnswerText.Show(put.Value.Span), lives ? before!.Create : main, lives ? before!.Version + 1 : 1, put.Lease));
        Leases.Attach(key, put.Lease);
        return AnswerText.Put(Revision, put.PrevKv && lives ? [Pair(key, before!)] : null);
    }

    private string Delete(in DeleteRangeCommand delete)
    {
        (string Key, Change Change)[] doomed = [.. Live(delete.Key.Span, delete.RangeEnd.Span, long.MaxValue)];
        foreach ((string key, _) in doomed)
        {
            Remove(key);
        }

        return AnswerText.Delete(Revision, doomed.Length, delete.PrevKv ? doomed.Select(item => Pair(item.Key, item.Change)) : null);
    }

    private string Revoke(CommandKind kind, long id)
    {
        if (Leases.Revoke(id) is not { } keys)
        {
            return $"error {ErrorCode.LeaseNotFound}";
        }

        foreach (string key in keys)
        {
            Remove(key);
        }

        return AnswerText.Revoke(kind, Revision, keys.Count);
    }

    private void Remove(string key)
    {
        Add(key, new Change(Write(), null, 0, 0, 0));
        Leases.Attach(key, 0);
    }

    // All changes of one command share one revision, which starts with the first of them.
    private long Write()
    {
        return Revision = _base + 1;
    }

    private bool Holds(TxnCompare compare)
    {
        Change? at = Newest(AnswerText.Show(compare.Key.Span));
        bool lives = at is { Value: not null };
        if (compare.Target == CompareTarget.Value && !lives)
        {
            return false;
        }

        int relation = compare.Target switch
        {
            CompareTarget.Value => string.CompareOrdinal(at!.Value, AnswerText.Show(compare.Value.Span)),
            CompareTarget.Mod => (lives ? at!.Main : 0).CompareTo(compare.Number),
            CompareTarget.Create => (lives ? at!.Create : 0).CompareTo(compare.Number),
            _ => (lives ? at!.Version : 0).CompareTo(compare.Number),
        };
        return compare.Result switch
        {
            CompareResult.Equal => relation == 0,
            CompareResult.Greater => relation > 0,
            CompareResult.Less => relation < 0,
            _ => relation != 0,
        };
    }

    private List<(string Key, Change Change)> Live(ReadOnlySpan<byte> from, ReadOnlySpan<byte> end, long revision)
    {
        string low = AnswerText.Show(from);
        string high = AnswerText.Show(end);
        var live = new List<(string, Change)>();
        if (end.IsEmpty)
        {
            Take(low, _keys.GetValueOrDefault(low) ?? []);
            return live;
        }

        foreach ((string key, List<Change> changes) in _keys)
        {
            if (string.CompareOrdinal(key, low) >= 0 && (high == "\0" || string.CompareOrdinal(key, high) < 0))
            {
                Take(key, changes);
            }
        }

        return live;

        void Take(string key, List<Change> changes)
        {
            if (changes.FindLast(change => change.Main <= revision) is { Value: not null } change)
            {
                live.Add((key, change));
            }
        }
    }

    private Change? Newest(string key) => _keys.TryGetValue(key, out List<Change>? changes) ? changes[^1] : null;

    private void Add(string key, Change change)
    {
        if (!_keys.TryGetValue(key, out List<Change>? changes))
        {
            _keys[key] = changes = [];
        }

        if (KeepsChanges)
        {
            string? previous = changes.Count > 0 && changes[^1].Value is not null ? Pair(key, changes[^1]) : null;
            _changes.Add(new ReferenceChange(change.Main, key, change.Value is null ? null : Pair(key, change), previous));
        }

        changes.Add(change);
    }

    private static string Pair(string key, Change change) =>
        AnswerText.Pair(key, change.Value!, change.Create, change.Main, change.Version, change.Lease);

    private sealed record Change(long Main, string? Value, long Create, long Version, long Lease);
}
