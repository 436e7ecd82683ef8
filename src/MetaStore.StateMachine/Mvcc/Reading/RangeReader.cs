using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MetaStore.Engines;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Mvcc.Index;
using MetaStore.StateMachine.Mvcc.Records;

namespace MetaStore.StateMachine.Mvcc.Reading;

/// <summary>Answers a range query from a <see cref="IRecordSource"/>. Source: etcd v3 KV.Range.</summary>
internal static class RangeReader
{
    /// <summary>Changes that are charged to the meter in one step while keys are collected.</summary>
    private const int ChargedTogether = 1024;

    /// <param name="source">The state.</param>
    /// <param name="query">What to read.</param>
    /// <param name="meter">Ends the read.</param>
    /// <param name="sink">Takes the pairs; null = they are in the result.</param>
    public static RangeResult Read<TSource>(TSource source, in RangeQuery query, AnswerMeter meter, IPairSink? sink = null)
        where TSource : IRecordSource
    {
        if (query.RangeEnd.IsEmpty)
        {
            var single = SingleKeyReader.Read(source, query, meter, out var pair);
            return pair.Key.IsEmpty ? single : Pass(single, pair, sink);
        }

        var error = Check(source, query);
        return error == ErrorCode.None
            ? Checked(source, query, meter, ReadAt(source, query, RevisionOf(source, query), meter, sink))
            : new RangeResult { Error = error, Revision = source.Revision };
    }

    public static ErrorCode CheckRevision(long wanted, long current, long compacted)
    {
        if (wanted <= 0)
        {
            return ErrorCode.None;
        }

        return wanted > current ? ErrorCode.FutureRevision : wanted < compacted ? ErrorCode.Compacted : ErrorCode.None;
    }

    /// <summary>Whether sort order and revision are possible.</summary>
    internal static ErrorCode Check<TSource>(TSource source, in RangeQuery query)
        where TSource : IRecordSource =>
        (uint)query.SortOrder > (uint)SortOrder.Descend || (uint)query.SortTarget > (uint)SortTarget.Value
            ? ErrorCode.InvalidSortOption
            : CheckRevision(query.Revision, source.Revision, source.Compacted);

    /// <summary>The revision that a query reads at.</summary>
    internal static long RevisionOf<TSource>(TSource source, in RangeQuery query)
        where TSource : IRecordSource => query.Revision <= 0 ? source.Revision : query.Revision;

    /// <summary>The result of a read, unless something ended it.</summary>
    internal static RangeResult Checked<TSource>(TSource source, in RangeQuery query, AnswerMeter meter, in RangeResult result)
        where TSource : IRecordSource
    {
        if (meter.IsClosed)
        {
            return new RangeResult { Error = ErrorCode.AnswerTooLarge, Revision = source.Revision };
        }

        // If a compaction passed the read revision meanwhile, records may be missing: fail as if it had come first.
        return query.Revision > 0 && query.Revision < source.Compacted
            ? new RangeResult { Error = ErrorCode.Compacted, Revision = source.Revision }
            : result;
    }

    private static RangeResult Pass(in RangeResult single, in KeyValue pair, IPairSink? sink)
    {
        if (sink is null)
        {
            return new RangeResult { Count = single.Count, Revision = single.Revision, Kvs = [pair] };
        }

        sink.Add(pair);
        return single;
    }

    private static RangeResult ReadAt<TSource>(TSource source, in RangeQuery query, long revision, AnswerMeter meter, IPairSink? sink)
        where TSource : IRecordSource
    {
        var range = new KeyRange(query.Key.Span, query.RangeEnd.Span);
        var newest = revision == source.Revision;
        if (query.CountOnly)
        {
            return new RangeResult { Count = Count(source, range, revision), Revision = source.Revision };
        }

        var sorts = query.SortTarget != SortTarget.Key || query.SortOrder == SortOrder.Descend;
        var limit = query.Limit > 0 ? query.Limit : long.MaxValue;
        var all = sorts || query.HasRevisionBounds || !newest;
        if (sink is not null && !all)
        {
            ReadInto(source, range, query, revision, limit, sink, meter);
            var live = Count(source, range, revision);
            return new RangeResult { Count = live, More = live > limit, Revision = source.Revision };
        }

        var found = new List<KeyVersion>();
        var walked = Collect(source, range, revision, all ? long.MaxValue : limit, found, meter);
        var count = all ? walked : Count(source, range, revision);
        if (query.HasRevisionBounds)
        {
            found = Bounded(found, query);
        }
        else if (query.SortOrder == SortOrder.None && found.Count > limit)
        {
            // Without a sort order etcd cuts in key order, at one above the limit, and sorts only the rest.
            found.RemoveRange((int)limit + 1, found.Count - (int)limit - 1);
        }

        var more = (all ? found.Count : count) > limit;
        var pairs = query.SortTarget == SortTarget.Value
            ? RangeSorter.ByValue(Records(source, found, query, long.MaxValue, keepValues: true, meter), query, limit)
            : Records(source, sorts ? RangeSorter.Sort(found, query) : found, query, limit, keepValues: false, meter);
        for (var i = 0; sink is not null && i < pairs.Length; i++)
        {
            sink.Add(pairs[i]);
        }

        return new RangeResult { Count = count, More = more, Revision = source.Revision, Kvs = sink is null ? pairs : [] };
    }

    /// <summary>Reads the newest pairs in key order, without collecting them: arrays of thousands of pairs are large objects, which are collected rarely.</summary>
    private static void ReadInto<TSource>(
        TSource source, KeyRange range, in RangeQuery query, long revision, long limit, IPairSink sink, AnswerMeter meter)
        where TSource : IRecordSource
    {
        var cursor = source.Index.Seek(range.From, range.To);
        for (var count = 0L; count < limit && cursor.MoveNext();)
        {
            if (cursor.Value.LiveAt(revision) is not { } version)
            {
                continue;
            }

            if (!TryRead(source, version, query, keepValue: false, meter, out var pair))
            {
                return;
            }

            sink.Add(pair);
            count++;
        }
    }

    private static long Count<TSource>(TSource source, KeyRange range, long revision)
        where TSource : IRecordSource
    {
        if (revision == source.Revision)
        {
            return source.Index.CountLive(range.From, range.To);
        }

        return Collect(source, range, revision, 0, null, AnswerMeter.Unlimited);
    }

    /// <summary>Adds up to <paramref name="limit"/> live changes in key order; returns how many it visited.</summary>
    private static long Collect<TSource>(TSource source, KeyRange range, long revision, long limit, List<KeyVersion>? found, AnswerMeter meter)
        where TSource : IRecordSource
    {
        var count = 0L;
        var stopAtLimit = found is not null;
        var cursor = source.Index.Seek(range.From, range.To);
        while ((!stopAtLimit || count < limit) && cursor.MoveNext())
        {
            if (cursor.Value.LiveAt(revision) is { } version)
            {
                count++;
                found?.Add(version);
                if (stopAtLimit && count % ChargedTogether == 0 && !meter.TryTake(ChargedTogether * Unsafe.SizeOf<KeyVersion>()))
                {
                    return count;
                }
            }
        }

        return count;
    }

    private static List<KeyVersion> Bounded(List<KeyVersion> found, in RangeQuery query)
    {
        var kept = new List<KeyVersion>();
        foreach (var version in CollectionsMarshal.AsSpan(found))
        {
            if (IsWithinBounds(version, query))
            {
                kept.Add(version);
            }
        }

        return kept;
    }

    /// <summary>Whether the query's bounds of revisions let a version through.</summary>
    internal static bool IsWithinBounds(in KeyVersion version, in RangeQuery query) =>
        (query.MinModRevision == 0 || version.Main >= query.MinModRevision)
        && (query.MaxModRevision == 0 || version.Main <= query.MaxModRevision)
        && (query.MinCreateRevision == 0 || version.Create >= query.MinCreateRevision)
        && (query.MaxCreateRevision == 0 || version.Create <= query.MaxCreateRevision);

    private static KeyValue[] Records<TSource>(
        TSource source, List<KeyVersion> versions, in RangeQuery query, long limit, bool keepValues, AnswerMeter meter)
        where TSource : IRecordSource
    {
        var count = meter.IsClosed ? 0 : (int)Math.Min(versions.Count, limit);
        var records = count == 0 ? [] : new KeyValue[count];
        for (var i = 0; i < records.Length; i++)
        {
            if (!TryRead(source, versions[i], query, keepValues, meter, out records[i]))
            {
                return [];
            }
        }

        return records;
    }

    /// <summary>Reads one record and charges it; false when the read ends: the meter is closed, or the revision was compacted meanwhile.</summary>
    internal static bool TryRead<TSource>(TSource source, KeyVersion version, in RangeQuery query, bool keepValue, AnswerMeter meter, out KeyValue record)
        where TSource : IRecordSource
    {
        if (!source.TryRecord(version, out record))
        {
            return query.Revision > 0 && query.Revision < source.Compacted
                ? false
                : throw new EngineException($"The record of revision {version.Main}/{version.Sub} is missing.");
        }

        var onlyKey = query.KeysOnly && !keepValue;
        var isTaken = meter.TryTake(onlyKey && !source.CopiesRecords ? record.Key.Length : record.Encoded.Length);
        record = onlyKey ? WithoutValue(record) : record;
        return isTaken;
    }

    internal static KeyValue WithoutValue(in KeyValue record)
        => new()
        {
            Key = record.Key,
            CreateRevision = record.CreateRevision,
            ModRevision = record.ModRevision,
            Version = record.Version,
            Lease = record.Lease,
        };
}
