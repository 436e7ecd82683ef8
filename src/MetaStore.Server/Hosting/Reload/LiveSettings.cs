using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Observability.Logging;

namespace MetaStore.Server.Hosting.Reload;

/// <summary>Settings that take effect without a restart.</summary>
/// <remarks>
/// Those of batching and of admission are applied together: when one of them has changed in the configuration, all have the configured values afterwards, also
/// those that were changed with <c>metactl batch set</c> or <c>metactl admission set</c> meanwhile.
/// </remarks>
internal static class LiveSettings
{
    private const string Batch = "batch-";
    private const string Admission = "admission-";
    private const string QuotaBytes = "quota-backend-bytes";
    private const string LogLevel = "log-level";

    /// <summary>True when a setting can be applied to a running member.</summary>
    /// <param name="flag">Flag of the setting.</param>
    public static bool Contains(string flag) =>
        flag.StartsWith(Batch, StringComparison.Ordinal) || flag.StartsWith(Admission, StringComparison.Ordinal) || flag is QuotaBytes or LogLevel;

    /// <summary>Applies the changed settings.</summary>
    /// <param name="changed">Flags of the settings that have changed; others than live ones are ignored.</param>
    /// <param name="options">The new configuration, valid.</param>
    /// <param name="parts">The running member.</param>
    /// <param name="logs">The log of the process.</param>
    public static void Apply(IReadOnlyCollection<string> changed, MetaStoreOptions options, LiveParts parts, Logs logs)
    {
        if (changed.Any(flag => flag.StartsWith(Batch, StringComparison.Ordinal)))
        {
            parts.Batcher.Configure(RuntimeOptions.Batching(options));
        }

        if (changed.Any(flag => flag.StartsWith(Admission, StringComparison.Ordinal)))
        {
            parts.Admission.Configure(RuntimeOptions.Admission(options));
        }

        if (changed.Contains(QuotaBytes))
        {
            parts.Quota.Bytes = options.Storage.EffectiveQuotaBytes;
        }

        if (changed.Contains(LogLevel))
        {
            logs.SetLevel(options.Logging.Level);
        }
    }
}
