using System.Text;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Settings;

namespace MetaStore.Fuzz.Targets;

/// <summary>The value of one setting, as flag, variable or key of a file. The first two bytes say which. What is accepted is shown as a value that is accepted, and shown the same.</summary>
internal static class SettingTarget
{
    public static bool Run(byte[] input)
    {
        if (input.Length < 2)
        {
            return false;
        }

        Setting setting = SettingCatalogue.All[BitConverter.ToUInt16(input) % SettingCatalogue.All.Count];
        var options = new MetaStoreOptions();
        string value = Encoding.UTF8.GetString(input, 2, input.Length - 2);
        if (setting.Assign(options, value) is not null)
        {
            return false;
        }

        CheckShown(setting, options, value);
        return true;
    }

    /// <summary>Two settings of each kind.</summary>
    public static IEnumerable<byte[]> Seeds() =>
        SettingCatalogue.All.Select((setting, number) => (setting, number)).GroupBy(entry => entry.setting.Assign.Method).SelectMany(kind => kind.Take(2)).SelectMany(entry => Seeds(entry.setting, entry.number));

    private static void CheckShown(Setting setting, MetaStoreOptions options, string value)
    {
        string shown = setting.Show(options);
        if (shown.Length == 0)
        {
            // Selects the default: no setting is assigned it.
            return;
        }

        var again = new MetaStoreOptions();
        string? refused = setting.Assign(again, shown);
        if (refused is not null || setting.Show(again) != shown)
        {
            throw new InvalidOperationException($"{setting.Flag} accepts \"{value}\" and shows \"{shown}\", which {refused ?? $"is shown as \"{setting.Show(again)}\""}");
        }
    }

    private static IEnumerable<byte[]> Seeds(Setting setting, int number)
    {
        string shown = setting.Show(new MetaStoreOptions());
        return new[] { setting.Example, shown }.Distinct().Where(value => setting.Assign(new MetaStoreOptions(), value) is null)
            .Select(value => (byte[])[.. BitConverter.GetBytes((ushort)number), .. Encoding.UTF8.GetBytes(value)]);
    }
}
