using MetaStore.Server.Observability.Stages;

namespace MetaStore.Server.Services.Slow;

/// <summary>The stage that took most of a slow request's time, in words: where to look first.</summary>
internal static class SlowCause
{
    /// <summary>Name of the time that no stage has.</summary>
    public const string Other = "other";

    private static readonly Dictionary<string, string> Meanings = new(StringComparer.Ordinal)
    {
        ["queue"] = "waiting for admission: more writes than the member takes",
        ["batch"] = "waiting in the batcher for the batches before it",
        ["wal"] = "the sync of the log on this member's disk",
        ["replicate"] = "the disks of a majority of members, or the network to them",
        ["apply"] = "applying what was committed before it",
        ["answer"] = "the thread of the answer had to wait for a processor",
        ["read_index"] = "the confirmation of the leader by a majority, or the network to it",
        [RequestStages.Read] = "reading the state, or waiting for memory for the response",
        [RequestStages.Unanswered] = "no result from a majority",
        [Other] = "outside of the stages: the client sent the request slowly, authorization, or waiting for a processor",
    };

    /// <summary>The stage that took longest, and what that means.</summary>
    /// <param name="stages">Null for a request without stages.</param>
    /// <param name="elapsed">Time of the whole request.</param>
    public static string Of(RequestStages? stages, TimeSpan elapsed)
    {
        string name = Other;
        TimeSpan longest = Rest(stages, elapsed);
        foreach ((string stage, TimeSpan took) in stages?.Stages ?? [])
        {
            if (took > longest)
            {
                (name, longest) = (stage, took);
            }
        }

        return $"{name}: {Meanings[name]}";
    }

    /// <summary>The part of a request's time that no stage has.</summary>
    public static TimeSpan Rest(RequestStages? stages, TimeSpan elapsed)
    {
        TimeSpan known = stages?.Total ?? TimeSpan.Zero;
        return elapsed > known ? elapsed - known : TimeSpan.Zero;
    }
}
