using MetaStore.Server.Configuration.Settings;

namespace MetaStore.Server.Configuration.Sources;

/// <summary>Go's flag grammar: one or two dashes, "--flag value" or "--flag=value", switches bare or "=true", never a separate word.</summary>
internal sealed class CommandLineSource
{
    /// <summary>Values in the order given; the last of one flag wins.</summary>
    public List<RawSetting> Settings { get; } = [];

    /// <summary>Arguments that could not be parsed.</summary>
    public List<ConfigurationError> Errors { get; } = [];

    /// <summary>Set by --config-file or --config.</summary>
    public string? ConfigFile { get; private set; }

    /// <summary>True when --help or -h was given.</summary>
    public bool Help { get; private set; }

    /// <summary>True when --version was given.</summary>
    public bool Version { get; private set; }

    /// <summary>True when --what-if was given.</summary>
    public bool WhatIf { get; private set; }

    /// <summary>True when --docs-markdown was given.</summary>
    public bool Reference { get; private set; }

    /// <summary>Parses the arguments.</summary>
    public static CommandLineSource Read(IReadOnlyList<string> arguments)
    {
        var source = new CommandLineSource();
        for (int at = 0; at < arguments.Count; at++)
        {
            string argument = arguments[at];
            if (argument.Length < 2 || argument[0] != '-')
            {
                source.Errors.Add(new ConfigurationError("command line", argument, "is not a flag", "--name=node1"));
                continue;
            }

            string body = argument.StartsWith("--", StringComparison.Ordinal) ? argument[2..] : argument[1..];
            int equals = body.IndexOf('=', StringComparison.Ordinal);
            string flag = equals < 0 ? body : body[..equals];
            string? value = equals < 0 ? null : body[(equals + 1)..];
            if (!source.TakeCommand(flag, value ?? "true"))
            {
                if (value is null && EtcdSpellings.IsSwitch(flag))
                {
                    value = "true";
                }

                // An unknown flag may have been meant as a switch: it must not swallow the flag after it.
                bool hasNext = at + 1 < arguments.Count && (IsKnown(flag) || !arguments[at + 1].StartsWith('-'));
                if (value is null && hasNext)
                {
                    value = arguments[++at];
                }

                source.Take(flag, value);
            }
        }

        return source;
    }

    private static bool IsKnown(string flag) =>
        EtcdSpellings.IsKnown(flag) || flag is "config-file" or "config";

    private bool TakeCommand(string flag, string value)
    {
        bool on = value == "true";
        switch (flag)
        {
            case "help" or "h":
                Help = on;
                return true;
            case "version":
                Version = on;
                return true;
            case "what-if":
                WhatIf = on;
                return true;
            case "docs-markdown":
                Reference = on;
                return true;
            default:
                return false;
        }
    }

    private void Take(string flag, string? value)
    {
        if (value is null && IsKnown(flag))
        {
            Errors.Add(new ConfigurationError("--" + flag, null, "needs a value", SettingCatalogue.ByFlag.GetValueOrDefault(flag)?.Example));
        }
        else if (flag is "config-file" or "config")
        {
            ConfigFile = value;
        }
        else
        {
            Settings.Add(new RawSetting(flag, value ?? "", "--" + flag));
        }
    }
}
