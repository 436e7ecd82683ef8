using System.Collections;
using MetaStore.Server.Configuration.Settings;

namespace MetaStore.Server.Configuration.Sources;

/// <summary>ETCD_* and METASTORE_* variables; METASTORE_ wins where both name the same setting.</summary>
internal static class EnvironmentSource
{
    // Named a system library in versions that did not ship one. Ignored, so that a leftover variable does not prevent a start.
    private const string FormerLibraryVariable = "METASTORE_LIBROCKSDB";

    /// <summary>Reads the settings from environment variables.</summary>
    /// <param name="environment">Name to value, as <see cref="Environment.GetEnvironmentVariables()"/> returns it.</param>
    /// <param name="warnings">Receives one line per unknown ETCD_ variable (as etcd does), and per variable that only former versions read.</param>
    /// <param name="errors">Receives unknown METASTORE_ variables, except those Kubernetes makes for a service of that name.</param>
    /// <param name="configFile">METASTORE_CONFIG_FILE or ETCD_CONFIG_FILE.</param>
    public static List<RawSetting> Read(IDictionary environment, List<string> warnings, List<ConfigurationError> errors, out string? configFile)
    {
        var settings = new List<RawSetting>();
        configFile = null;
        foreach (string prefix in (string[])["ETCD_", "METASTORE_"])
        {
            foreach (string name in environment.Keys.Cast<string>().Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
            {
                string flag = name[prefix.Length..].ToLowerInvariant().Replace('_', '-');
                string value = environment[name]?.ToString() ?? "";
                if (flag == "config-file")
                {
                    configFile = value;
                }
                else if (name == FormerLibraryVariable)
                {
                    warnings.Add($"{name} is no longer read: the library of the engine rocksdb comes with this build");
                }
                else if (EtcdSpellings.IsKnown(flag))
                {
                    settings.Add(new RawSetting(flag, value, name));
                }
                else if (prefix == "ETCD_" || IsKubernetesServiceVariable(flag))
                {
                    warnings.Add($"unrecognized environment variable {name}");
                }
                else
                {
                    errors.Add(new ConfigurationError(name, value, "is not a setting" + Suggestions.For(flag, prefix), null));
                }
            }
        }

        return settings;
    }

    private static bool IsKubernetesServiceVariable(string flag) =>
        flag is "port" || flag.StartsWith("port-", StringComparison.Ordinal) || flag.Contains("service-host", StringComparison.Ordinal)
        || flag.Contains("service-port", StringComparison.Ordinal);
}
