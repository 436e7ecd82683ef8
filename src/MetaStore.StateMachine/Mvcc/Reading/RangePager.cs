using MetaStore.Engines;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Mvcc.Records;

namespace MetaStore.StateMachine.Mvcc.Reading;

/// <summary>Reads a range page by page, all pages at the revision of the first, in key order. Source: etcd v3 KV.RangeStream.</summary>
/// <remarks>
/// Each page is read in a transaction of its own, so a slow reader does not keep old state alive. The records it needs may be compacted
/// meanwhile, which ends it with <see cref="ErrorCode.Compacted"/>. Sort order and revision bounds of the query are ignored. One thread
/// at a time.
/// </remarks>
/// <param name="query">A range of keys, neither a single key nor a count: those need no pages.</param>
public sealed class RangePager(RangeQuery query)
{
    private byte[] _from = query.Key.ToArray();
    private long _left = query.Limit > 0 ? query.Limit : long.MaxValue;
    private long _pinned;

    /// <summary>Store revision when the first page was read, for the response header.</summary>
    public long Revision { get; private set; }

    /// <summary>Keys in the whole range, whatever the limit. Known from the first page on.</summary>
    public long Count { get; private set; }

    /// <summary>The limit cuts the range off. Known from the first page on.</summary>
    public bool More => query.Limit > 0 && Count > query.Limit;

    /// <summary>The last page was read.</summary>
    public bool Ended { get; private set; }

    /// <summary>Reads the next page.</summary>
    /// <param name="txn">A transaction on the newest state; the pairs live as long as it does.</param>
    /// <param name="keysMax">Pairs at most.</param>
    /// <param name="bytesMax">Encoded bytes after which the page is closed; one pair always fits.</param>
    /// <param name="page">Takes the pairs.</param>
    /// <param name="meter">
    /// Ends the page with <see cref="ErrorCode.AnswerTooLarge"/>; the same page can then be read again. Null = no limit.
    /// </param>
    /// <returns>The error, or none.</returns>
    public ErrorCode Read(ReadTxn txn, int keysMax, int bytesMax, List<KeyValue> page, AnswerMeter? meter = null)
    {
        ArgumentNullException.ThrowIfNull(txn);
        ArgumentNullException.ThrowIfNull(page);
        if (_pinned == 0)
        {
            var counted = txn.Range(query with { CountOnly = true });
            if (counted.Error != ErrorCode.None)
            {
                return counted.Error;
            }

            (Revision, Count) = (counted.Revision, counted.Count);
            _pinned = query.Revision > 0 ? query.Revision : counted.Revision;
        }

        meter ??= AnswerMeter.Unlimited;
        var read = Fill(txn.Records, (int)Math.Min(keysMax, _left), bytesMax, page, meter);
        if (meter.IsClosed)
        {
            page.Clear();
            return ErrorCode.AnswerTooLarge;
        }

        return _pinned < txn.Records.Compacted ? ErrorCode.Compacted : read ? ErrorCode.None : throw Missing();
    }

    /// <summary>False when a record is not there.</summary>
    private bool Fill(ReadTxn.Source source, int keysMax, int bytesMax, List<KeyValue> page, AnswerMeter meter)
    {
        var bytes = 0;
        var cursor = source.Index.Seek(_from, new KeyRange(_from, query.RangeEnd.Span).To);
        while (cursor.MoveNext())
        {
            if (cursor.Value.LiveAt(_pinned) is not { } version)
            {
                continue;
            }

            if (page.Count == keysMax || bytes >= bytesMax)
            {
                _from = cursor.Key;
                _left -= page.Count;
                Ended = _left == 0;
                return true;
            }

            if (!source.TryRecord(version, out var record))
            {
                return false;
            }

            record = query.KeysOnly ? RangeReader.WithoutValue(record) : record;
            if (!meter.TryTake(record.Key.Length + record.Value.Length))
            {
                return true;
            }

            page.Add(record);
            bytes += record.Key.Length + record.Value.Length;
        }

        Ended = true;
        return true;
    }

    private EngineException Missing() => new($"A record of revision {_pinned} or before is missing.");
}
