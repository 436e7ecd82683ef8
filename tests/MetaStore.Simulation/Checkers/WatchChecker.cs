namespace MetaStore.Simulation.Checkers;

/// <summary>Checks that the events of a watch are those of the committed log.</summary>
/// <remarks>
/// Ordered, unique, reliable: the events are the log's changes of its keys and types, without gaps or duplicates, from its first revision to its last
/// event. Atomic: a revision is in one response, or in fragments marked as such. Bookmarkable: a progress notification follows everything up to its
/// revision. Previous pairs are included where requested, unless compacted. Resumable follows: a client that continues elsewhere starts a new record
/// at the next revision. Source: reliability specification, section 13.
/// </remarks>
internal static class WatchChecker
{
    /// <returns>Null, or the violation.</returns>
    public static string? Check(WatchRecord watch, ReferenceStore log)
    {
        var matched = 0;
        var wanted = new List<(long Revision, string Bare, string Full)>();
        foreach (ReferenceChange change in log.Changes)
        {
            if (change.Revision >= watch.From && Wants(watch, change))
            {
                wanted.Add((change.Revision, change.Event, watch.PrevKv ? change.EventWithPrevious : change.Event));
            }
        }

        foreach (WatchRecord.Event seen in watch.Events)
        {
            if (matched == wanted.Count)
            {
                return $"{watch} received more events than there are: {seen.Text} at {seen.Revision}";
            }

            (long revision, string bare, string full) = wanted[matched++];
            bool mayLackPrevious = log.Compacted > revision - 1;
            if (seen.Revision != revision || (seen.Text != full && !(mayLackPrevious && seen.Text == bare)))
            {
                return $"{watch} received {seen.Text} at {seen.Revision}; expected {full} at {revision}";
            }
        }

        return Torn(watch) ?? Ahead(watch, wanted) ?? Ended(watch, log);
    }

    private static bool Wants(WatchRecord watch, ReferenceChange change)
    {
        bool inRange = watch.RangeEnd.Length == 0
            ? change.Key == watch.Key
            : string.CompareOrdinal(change.Key, watch.Key) >= 0 && (watch.RangeEnd == "\0" || string.CompareOrdinal(change.Key, watch.RangeEnd) < 0);
        return inRange && !(change.IsDelete ? watch.NoDelete : watch.NoPut);
    }

    private static string? Torn(WatchRecord watch)
    {
        for (int i = 1; i < watch.Events.Count; i++)
        {
            (WatchRecord.Event before, WatchRecord.Event at) = (watch.Events[i - 1], watch.Events[i]);
            if (before.Revision == at.Revision && before.Response != at.Response && !before.IsFragment)
            {
                return $"{watch} received revision {at.Revision} in two responses, and the first is not marked as a fragment";
            }
        }

        return null;
    }

    private static string? Ahead(WatchRecord watch, List<(long Revision, string Bare, string Full)> wanted)
    {
        long last = 0;
        foreach ((long revision, int events) in watch.Progress)
        {
            if (events < wanted.Count && wanted[events].Revision <= revision)
            {
                return $"{watch} was notified of progress to {revision}, but did not receive {wanted[events].Full} at {wanted[events].Revision}";
            }

            if (revision < last || revision < watch.From - 1)
            {
                return $"{watch} was notified of progress to {revision} after {Math.Max(last, watch.From - 1)}";
            }

            last = revision;
        }

        return null;
    }

    private static string? Ended(WatchRecord watch, ReferenceStore log) =>
        watch.Compacted == 0 ? null
        : watch.Compacted > log.Compacted ? $"{watch} was cancelled by a compaction to {watch.Compacted}, compacted is {log.Compacted}"
        : watch.Compacted <= watch.Next ? $"{watch} was cancelled by a compaction to {watch.Compacted}, which does not affect it"
        : null;
}
