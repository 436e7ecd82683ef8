using MetaStore.Engines;
using MetaStore.Engines.Ordered;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Mvcc.Hashing;
using MetaStore.StateMachine.Mvcc.Index;
using MetaStore.StateMachine.Mvcc.Records;
using MetaStore.StateMachine.Mvcc.Writing;

namespace MetaStore.StateMachine.Mvcc.Reading;

/// <summary>Reads of one published state; all of them see the same revision.</summary>
/// <remarks>One thread at a time. Everything it returns is valid until it is disposed.</remarks>
public sealed class ReadTxn : IDisposable
{
    private readonly Source _source;
    private readonly MvccSnapshot _snapshot;
    private readonly IReadView _view;
    private bool _isOpen = true;

    internal ReadTxn(MvccStore store, MvccSnapshot snapshot, IReadView view)
    {
        _snapshot = snapshot;
        _view = view;
        _source = new Source(store, snapshot, view);
        store.Counts.OpenRead();
    }

    /// <summary>Store revision it sees.</summary>
    public long Revision => _snapshot.Revision;

    /// <summary>Compacted revision it saw when it was opened; -1 before the first compaction.</summary>
    public long CompactedRevision => _snapshot.Compacted;

    /// <summary>Last log entry it sees.</summary>
    public ulong AppliedIndex => _snapshot.AppliedIndex;

    /// <summary>Users, roles and tokens by which this read is to be judged: of the same moment as its content.</summary>
    public AuthState Auth => _snapshot.Auth;

    /// <summary>Source of the ranges.</summary>
    internal Source Records => _source;

    /// <summary>Reads a range; errors are values in the result.</summary>
    /// <param name="query">What to read.</param>
    /// <param name="meter">Ends the read with <see cref="ErrorCode.AnswerTooLarge"/>; null = no limit.</param>
    public RangeResult Range(in RangeQuery query, AnswerMeter? meter = null)
    {
        _source.Counts.Range();
        return RangeReader.Read(_source, query, meter ?? AnswerMeter.Unlimited);
    }

    /// <summary>Reads a range whose pairs go to <paramref name="sink"/>, not into the result. What it has taken is no answer when the result is an error.</summary>
    public RangeResult Range(in RangeQuery query, IPairSink sink, AnswerMeter meter)
    {
        _source.Counts.Range();
        return RangeReader.Read(_source, query, meter, sink);
    }

    /// <summary>Reads one key without making an array.</summary>
    /// <param name="query">What to read; it has no range end.</param>
    /// <param name="meter">Ends the read with <see cref="ErrorCode.AnswerTooLarge"/>.</param>
    /// <param name="pair">The pair, which is not in the result; without a key when there is none.</param>
    public RangeResult Single(in RangeQuery query, AnswerMeter meter, out KeyValue pair)
    {
        _source.Counts.Range();
        return SingleKeyReader.Read(_source, query, meter, out pair);
    }

    /// <summary>Executes a transaction without writes (see <see cref="TxnCommand.IsReadOnly"/>).</summary>
    /// <param name="command">The transaction.</param>
    /// <param name="result">The result, without an error.</param>
    /// <param name="meter">Ends it with <see cref="ErrorCode.AnswerTooLarge"/>; null = no limit.</param>
    /// <returns>The error, or none and the result.</returns>
    public ErrorCode Txn(TxnCommand command, out TxnResult? result, AnswerMeter? meter = null)
    {
        if (!command.IsReadOnly)
        {
            throw new ArgumentException("The transaction has operations other than ranges.", nameof(command));
        }

        meter ??= AnswerMeter.Unlimited;
        ErrorCode error = new TxnEvaluator<Source>(_source, writer: null, lessor: null, meter).Execute(command, out result);
        return error == ErrorCode.None && meter.IsClosed ? ErrorCode.AnswerTooLarge : error;
    }

    /// <summary>Hashes all records up to a revision; 0 and below = this one. Walks the whole store.</summary>
    public KvHash HashKv(long revision) => KvHasher.Hash(_source, _view, _snapshot, revision);

    /// <summary>
    /// Walks the changes from a revision up to <see cref="Revision"/>. None may be compacted: check <see
    /// cref="CompactedRevision"/> before.
    /// </summary>
    public ChangeCursor Changes(long from) => new(_view, from, _snapshot.Revision);

    /// <summary>The pair of one key at a revision up to this one; null when there was none or compaction has removed it.</summary>
    public bool TryGetAt(ReadOnlySpan<byte> key, long revision, out KeyValue pair)
    {
        pair = default;
        return revision >= _source.Compacted && _snapshot.Index.TryGet(key, out var cell) && cell.LiveAt(revision) is { } version
            && MvccStore.TryRecord(_view, version, out pair);
    }

    /// <summary>The changes of one key that are not compacted, the newest first; from memory, without values.</summary>
    /// <param name="key">The key; one that never was has no changes.</param>
    /// <param name="before">Only changes below this revision; 0 = from the newest one that this read sees.</param>
    /// <param name="max">At most so many.</param>
    public IReadOnlyList<KeyChange> History(ReadOnlySpan<byte> key, long before, int max)
    {
        var changes = new List<KeyChange>();
        if (_snapshot.Index.TryGet(key, out var cell))
        {
            for (var position = cell.PositionAt(before > 0 ? Math.Min(before - 1, Revision) : Revision); position >= 0 && changes.Count < max; position--)
            {
                var change = cell[position];
                if (change.Main <= CompactedRevision)
                {
                    // What was in force at the compacted revision is kept; its records of before may not be removed yet.
                    return change.IsTombstone ? changes : [.. changes, new KeyChange(change.Main, change.Create, change.Version)];
                }

                changes.Add(new KeyChange(change.Main, change.Create, change.Version));
            }
        }

        return changes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isOpen)
        {
            _isOpen = false;
            _source.Counts.CloseRead();
        }

        _view.Dispose();
    }

    /// <summary>Published state, but with the present compacted revision.</summary>
    internal readonly struct Source(MvccStore store, MvccSnapshot snapshot, IReadView view) : IRecordSource
    {
        public OrderedMapSnapshot<KeyCell> Index => snapshot.Index;

        public long Revision => snapshot.Revision;

        public long Compacted => store.Published.Compacted;

        public MvccCounts Counts => store.Counts;

        public bool CopiesRecords => false;

        public bool TryRecord(KeyVersion version, out KeyValue record) => MvccStore.TryRecord(view, version, out record);
    }
}
