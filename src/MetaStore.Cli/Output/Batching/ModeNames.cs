using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Output.Batching;

/// <summary>Names of modes: a policy, and whether it waits for size or timeout even while the log is idle.</summary>
internal static class ModeNames
{
    /// <summary>"dynamic", "classic" (dynamic that waits), "fixed", "fixed (waits)", "off".</summary>
    public static string Of(BatchPolicy policy, bool flushWhenIdle) => policy switch
    {
        _ when flushWhenIdle || policy == BatchPolicy.Off => PolicyNames.Of(policy),
        BatchPolicy.Dynamic => "classic",
        _ => PolicyNames.Of(policy) + " (waits)",
    };

    /// <summary>The mode of some settings.</summary>
    public static string Of(BatchSettings settings) => Of(settings.Policy, settings.FlushWhenIdle);
}
