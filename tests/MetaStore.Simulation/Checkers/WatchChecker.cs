namespace MetaStore.Simulation.Checkers;

/// <summary>Decides whether what a watch was told is what the decided log says it had to be told.</summary>
/// <remarks>
/// Ordered, unique, reliable: the events are the log's changes of its keys and kinds, without a gap or a double, from its first revision to
/// its last event. Atomic: a revision comes in one response, or in fragments that say so. Bookmarkable: a message of progress follows
/// everything up to its revision. With the pair before, where it was asked for; compaction may have taken it. Resumable follows: whoever
/// goes on elsewhere begins a new record right behind. Source: reliability specification, section 13.
/// </remarks>
internal static class WatchChecker
{
    /// <returns>Null, or what is wrong.</returns>
    public static string? Check(WatchRecord watch, ReferenceStore log)
    {
        var told = 0;
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
            if (told == wanted.Count)
            {
                return $"{watch} is told more than there is: {seen.Text} at {seen.Revision}";
            }

            (long revision, string bare, string full) = wanted[told++];
            bool mayLackPrevious = log.Compacted > revision - 1;
            if (seen.Revision != revision || (seen.Text != full && !(mayLackPrevious && seen.Text == bare)))
            {
                return $"{watch} is told {seen.Text} at {seen.Revision}; next is {full} at {revision}";
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
                return $"{watch} is told revision {at.Revision} in two responses, and the first does not say so";
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
                return $"{watch} is told to know everything up to {revision}, but not of {wanted[events].Full} at {wanted[events].Revision}";
            }

            if (revision < last || revision < watch.From - 1)
            {
                return $"{watch} is told of progress to {revision} behind {Math.Max(last, watch.From - 1)}";
            }

            last = revision;
        }

        return null;
    }

    private static string? Ended(WatchRecord watch, ReferenceStore log) =>
        watch.Compacted == 0 ? null
        : watch.Compacted > log.Compacted ? $"{watch} is ended by a compaction to {watch.Compacted}, compacted is {log.Compacted}"
        : watch.Compacted <= watch.Next ? $"{watch} is ended by a compaction to {watch.Compacted}, which takes nothing it wants"
        : null;
}
