using System.Collections;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Settings;
using MetaStore.Server.Configuration.Sources;

namespace MetaStore.Server.Configuration;

/// <summary>Reads all sources in rising precedence: default, file, environment, command line. Never stops at the first error.</summary>
public static class ConfigurationLoader
{
    /// <summary>Reads the configuration of a start.</summary>
    /// <param name="arguments">Command line without the program's name.</param>
    /// <param name="environment">Environment variables.</param>
    /// <param name="openFile">Opens the configuration file; may throw <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.</param>
    public static ConfigurationResult Load(IReadOnlyList<string> arguments, IDictionary environment, Func<string, TextReader> openFile)
    {
        CommandLineSource commandLine = CommandLineSource.Read(arguments);
        var errors = new List<ConfigurationError>(commandLine.Errors);
        var warnings = new List<string>();
        List<RawSetting> fromEnvironment = EnvironmentSource.Read(environment, warnings, errors, out string? configFile);
        List<RawSetting> fromFile = ReadFile(commandLine.ConfigFile ?? configFile, openFile, errors);

        var effective = new Dictionary<string, RawSetting>(StringComparer.Ordinal);
        foreach (RawSetting raw in fromFile.Concat(fromEnvironment).Concat(commandLine.Settings))
        {
            effective[raw.Flag] = raw;
        }

        var options = new MetaStoreOptions();
        var sources = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (RawSetting raw in effective.Values)
        {
            Apply(raw, options, sources, errors, warnings);
        }

        OptionsValidator.Complete(options, sources);
        errors.AddRange(OptionsValidator.Check(options, sources, errors));
        StartCommand command = commandLine switch
        {
            { Version: true } => StartCommand.Version,
            { Help: true } => StartCommand.Help,
            { WhatIf: true } => StartCommand.WhatIf,
            _ => StartCommand.Run,
        };
        return new ConfigurationResult(command, options, errors, warnings, sources);
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
        if (SettingCatalogue.ByFlag.TryGetValue(raw.Flag, out Setting? setting))
        {
            // An empty value asks for the default, as an empty variable in a unit file does.
            if (raw.Value.Length == 0)
            {
                return;
            }

            sources[setting.Flag] = raw.Where;
            if (setting.Assign(options, raw.Value) is string why)
            {
                errors.Add(new ConfigurationError(raw.Where, raw.Value, why, setting.Example));
            }
        }
        else if (!ForeignFlags.TryJudge(raw.Flag, raw.Value, out string? refusal))
        {
            errors.Add(new ConfigurationError(raw.Where, null, "is not a flag" + Suggestions.For(raw.Flag), null));
        }
        else if (refusal is not null)
        {
            errors.Add(new ConfigurationError(raw.Where, raw.Value, "is not possible: " + refusal, null));
        }
        else
        {
            warnings.Add($"{raw.Where} is accepted for etcd's sake and has no effect");
        }
    }
}
