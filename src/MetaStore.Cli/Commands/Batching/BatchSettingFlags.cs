using System.CommandLine;
using System.CommandLine.Parsing;
using MetaStore.Batching.SettingTable;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Protocol.V1;

namespace MetaStore.Cli.Commands.Batching;

/// <summary>One flag for every row of the batch setting table. A flag that is given is sent, whatever its value: zero, false and none are values too.</summary>
internal static class BatchSettingFlags
{
    private static readonly (BatchSetting Setting, Option Flag, Func<ParseResult, double> Value)[] All = [.. BatchSettingTable.All.Select(setting => Of(setting))];

    /// <summary>Adds the flags to a verb.</summary>
    public static void AddTo(Command command)
    {
        foreach (var (_, flag, _) in All)
        {
            command.Options.Add(flag);
        }
    }

    /// <summary>The settings in the arguments; empty when there are none. Throws <see cref="UsageException"/>.</summary>
    public static BatchSettings Read(ParseResult parsed)
    {
        var settings = new BatchSettings();
        foreach (var (setting, flag, value) in All)
        {
            if (parsed.GetResult(flag) is OptionResult { Implicit: false })
            {
                BatchSettingMessage.Write(settings, setting, value(parsed));
            }
        }

        return settings;
    }

    private static (BatchSetting Setting, Option Flag, Func<ParseResult, double> Value) Of(BatchSetting setting) => setting.Kind switch
    {
        BatchSettingKind.Switch => Of<bool>(setting, on => on ? 1 : 0),
        BatchSettingKind.Count => Of<int>(setting, number => number),
        BatchSettingKind.Number => Of<double>(setting, number => number),
        BatchSettingKind.Bytes => Of<string>(setting, text => ByteSizes.Parse(text)),
        BatchSettingKind.Time => Of<string>(setting, MicrosecondsOf),
        _ => Of<string>(setting, name => PlaceOf(setting, name)),
    };

    private static (BatchSetting Setting, Option Flag, Func<ParseResult, double> Value) Of<T>(BatchSetting setting, Func<T, double> number)
    {
        var flag = new Option<T>("--" + setting.ControlFlag) { Description = $"{setting.Meaning} {BatchSettingTable.RangeOf(setting)}; default {setting.Default}", HelpName = setting.Choices.Count > 0 ? string.Join('|', setting.Choices) : null };
        return (setting, flag, parsed => number(parsed.GetValue(flag)!));
    }

    private static double MicrosecondsOf(string text)
    {
        var time = Durations.Parse(text);
        return time.Ticks % TimeSpan.TicksPerMicrosecond == 0
            ? time.TotalMicroseconds
            : throw new UsageException($"\"{text}\" is not an integer of microseconds", ExitCodes.Error);
    }

    private static int PlaceOf(BatchSetting setting, string name)
    {
        for (var place = 0; place < setting.Choices.Count; place++)
        {
            if (string.Equals(setting.Choices[place], name, StringComparison.OrdinalIgnoreCase))
            {
                return place;
            }
        }

        throw new UsageException($"unknown {setting.Key} '{name}'; write {string.Join(", ", setting.Choices)}");
    }
}
