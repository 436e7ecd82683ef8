using System.CommandLine;
using System.CommandLine.Help;

namespace MetaStore.Cli.Words;

/// <summary>The flags that a verb takes: its own, and those of the verbs above it that go down.</summary>
internal static class Flags
{
    /// <summary>The flag of this name, "--long" or "-s"; null when there is none.</summary>
    public static Option? Find(Command verb, string name)
    {
        for (var (at, isOwn) = (verb, true); at is not null; (at, isOwn) = (at.Parents.OfType<Command>().FirstOrDefault(), false))
        {
            foreach (var flag in at.Options)
            {
                if ((isOwn || flag.Recursive) && (flag.Name == name || flag.Aliases.Contains(name)))
                {
                    return flag;
                }
            }
        }

        return null;
    }

    /// <summary>Whether a word after the flag is not one of its value: a flag that is true when it is there, or asks for help or the version.</summary>
    public static bool NeedsNoValue(Option flag) => flag.ValueType == typeof(bool) || flag is HelpOption or VersionOption;

    /// <summary>"--limit" or "-w, --write-out", as error messages name it.</summary>
    public static string NameOf(Option flag) => flag.Aliases.FirstOrDefault(alias => alias is ['-', not '-']) is { } letter ? $"{letter}, {flag.Name}" : flag.Name;
}
