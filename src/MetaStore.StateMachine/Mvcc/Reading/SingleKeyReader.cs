using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Mvcc.Index;
using MetaStore.StateMachine.Mvcc.Records;

namespace MetaStore.StateMachine.Mvcc.Reading;

/// <summary>Answers a range query for one key, the most frequent read, without a list or an array.</summary>
internal static class SingleKeyReader
{
    /// <param name="source">The state.</param>
    /// <param name="query">What to read; it has no range end.</param>
    /// <param name="meter">Ends the read.</param>
    /// <param name="pair">The pair, which is not in the result; without a key when there is none.</param>
    public static RangeResult Read<TSource>(TSource source, in RangeQuery query, AnswerMeter meter, out KeyValue pair)
        where TSource : IRecordSource
    {
        pair = default;
        var error = RangeReader.Check(source, query);
        return error == ErrorCode.None
            ? RangeReader.Checked(source, query, meter, ReadAt(source, query, RangeReader.RevisionOf(source, query), meter, out pair))
            : new RangeResult { Error = error, Revision = source.Revision };
    }

    private static RangeResult ReadAt<TSource>(TSource source, in RangeQuery query, long revision, AnswerMeter meter, out KeyValue pair)
        where TSource : IRecordSource
    {
        pair = default;
        if (!source.Index.TryGet(query.Key.Span, out var cell) || cell.LiveAt(revision) is not { } version)
        {
            return new RangeResult { Revision = source.Revision };
        }

        var isWanted = !query.CountOnly && !meter.IsClosed && RangeReader.IsWithinBounds(version, query);
        if (isWanted && !RangeReader.TryRead(source, version, query, keepValue: false, meter, out pair))
        {
            pair = default;
        }

        return new RangeResult { Count = 1, Revision = source.Revision };
    }
}
