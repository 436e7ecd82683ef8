using System.Collections;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Options.Auth;
using MetaStore.Server.Configuration.Options.Tls;
using MetaStore.Server.Configuration.Settings;
using MetaStore.Server.Configuration.Sources;
using Microsoft.Extensions.Configuration;

namespace MetaStore.Server.Configuration;

/// <summary>Reads all sources in rising precedence: default, file, environment, command line. Collects all errors.</summary>
public static class ConfigurationLoader
{
    /// <summary>Reads the configuration at startup.</summary>
    /// <param name="arguments">Command line without the program's name.</param>
    /// <param name="environment">Environment variables.</param>
    /// <param name="openFile">Opens the configuration file; may throw <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</param>
    public static ConfigurationResult Load(IReadOnlyList<string> arguments, IDictionary environment, Func<string, TextReader> openFile)
    {
        CommandLineSource commandLine = CommandLineSource.Read(arguments);
        var errors = new List<ConfigurationError>(commandLine.Errors);
        var warnings = new List<string>();
        List<RawSetting> fromEnvironment = EnvironmentSource.Read(environment, warnings, errors, out string? configFile);
        string? file = commandLine.ConfigFile ?? configFile;
        List<RawSetting> fromFile = ReadFile(file, openFile, errors);

        StartCommand command = commandLine switch
        {
            { Version: true } => StartCommand.Version,
            { Help: true } => StartCommand.Help,
            { Reference: true } => StartCommand.Reference,
            { WhatIf: true } => StartCommand.WhatIf,
            _ => StartCommand.Run,
        };
        return Merge([fromFile, fromEnvironment, commandLine.Settings], command, errors, warnings) with { File = string.IsNullOrEmpty(file) ? null : file };
    }

    /// <summary>Reads the configuration of a member hosted in another program.</summary>
    /// <param name="section">
    /// Keys as in a configuration file: the tree <c>server</c> of configs/config.yaml, names of flags, or both. Precedence of sources is the host's.
    /// </param>
    public static ConfigurationResult Load(IConfiguration section)
    {
        var errors = new List<ConfigurationError>();
        return Merge([HostConfigurationSource.Read(section, errors)], StartCommand.Run, errors, []);
    }

    private static ConfigurationResult Merge(List<RawSetting>[] sources, StartCommand command, List<ConfigurationError> errors, List<string> warnings)
    {
        var effective = new Dictionary<string, RawSetting>(StringComparer.Ordinal);
        foreach (List<RawSetting> source in sources)
        {
            foreach (RawSetting raw in Named(source, errors, warnings))
            {
                effective[raw.Flag] = raw;
            }
        }

        var options = new MetaStoreOptions();
        var origins = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (RawSetting raw in effective.Values)
        {
            Apply(raw, options, origins, errors, warnings);
        }

        OptionsValidator.Complete(options, origins);
        errors.AddRange(OptionsValidator.Check(options, origins, errors));
        warnings.AddRange(TlsRules.Warnings(options));
        warnings.AddRange(PeerTlsRules.Warnings(options));
        warnings.AddRange(AuthRules.Warnings(options));
        return new ConfigurationResult(command, options, errors, warnings, origins);
    }

    /// <summary>Maps the names of all settings of a source to the names used here. Two names of one setting must not contradict each other, as in etcd.</summary>
    private static IEnumerable<RawSetting> Named(List<RawSetting> source, List<ConfigurationError> errors, List<string> warnings)
    {
        var spelled = new Dictionary<string, RawSetting>(StringComparer.Ordinal);
        foreach (RawSetting raw in source.SelectMany(raw => EtcdSpellings.Read(raw, errors, warnings)))
        {
            string name = SettingCatalogue.ByFlag.TryGetValue(raw.Flag, out Setting? setting) ? setting.Flag : raw.Flag;
            if (spelled.TryGetValue(name, out RawSetting? other) && other.Flag != raw.Flag && other.Value != raw.Value)
            {
                errors.Add(new ConfigurationError(raw.Where, raw.Value, $"is the same setting as {other.Where}, which has the value \"{other.Value}\"; give one of them", null));
            }

            spelled[name] = raw;
            yield return raw with { Flag = name };
        }
    }

    private static List<RawSetting> ReadFile(string? file, Func<string, TextReader> openFile, List<ConfigurationError> errors)
    {
        if (string.IsNullOrEmpty(file))
        {
            return [];
        }

        try
        {
            using TextReader reader = openFile(file);
            return YamlSource.Read(file, reader, errors);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            errors.Add(new ConfigurationError("--config-file", file, "cannot be read: " + unreadable.Message, null));
            return [];
        }
    }

    private static void Apply(
        RawSetting raw, MetaStoreOptions options, Dictionary<string, string> sources, List<ConfigurationError> errors, List<string> warnings)
    {
        // An empty value selects the default, as an empty variable in a unit file does.
        if (raw.Value.Length == 0 && EtcdSpellings.IsKnown(raw.Flag))
        {
            return;
        }

        if (SettingCatalogue.ByFlag.TryGetValue(raw.Flag, out Setting? setting))
        {
            sources[setting.Flag] = raw.Where;
            if (setting.Assign(options, raw.Value) is string why)
            {
                errors.Add(new ConfigurationError(raw.Where, raw.Value, why, setting.Example));
            }
        }
        else if (ForeignFlags.Find(raw.Flag) is not { } foreign)
        {
            errors.Add(new ConfigurationError(raw.Where, null, "is not a flag" + Suggestions.For(raw.Flag), null));
        }
        else if (!foreign.IsRefused)
        {
            warnings.Add($"{raw.Where} has no effect: {foreign.Why}");
        }
        else if (!ForeignFlag.AsksForNothing(raw.Value))
        {
            errors.Add(new ConfigurationError(raw.Where, raw.Value, "is not possible: " + foreign.Why, null));
        }
    }
}
