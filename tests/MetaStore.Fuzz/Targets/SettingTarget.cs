using System.Text;
using MetaStore.Server.Configuration.Options;
using MetaStore.Server.Configuration.Settings;

namespace MetaStore.Fuzz.Targets;

/// <summary>The value of one setting, as flag, variable or key of a file. The first two bytes say which. What is accepted is shown as a value that is accepted too.</summary>
internal static class SettingTarget
{
    public static void Run(byte[] input)
    {
        if (input.Length < 2)
        {
            return;
        }

        Setting setting = SettingCatalogue.All[BitConverter.ToUInt16(input) % SettingCatalogue.All.Count];
        var options = new MetaStoreOptions();
        string value = Encoding.UTF8.GetString(input, 2, input.Length - 2);
        if (setting.Assign(options, value) is not null)
        {
            return;
        }

        string shown = setting.Show(options);
        var again = new MetaStoreOptions();
        if (setting.Assign(again, shown) is { } refused && shown.Length > 0)
        {
            throw new InvalidOperationException($"{setting.Flag} accepts \"{value}\", and what it shows, \"{shown}\", {refused}");
        }
    }

    /// <summary>Two settings of each kind.</summary>
    public static IEnumerable<byte[]> Seeds() =>
        SettingCatalogue.All.Select((setting, number) => (setting, number)).GroupBy(entry => entry.setting.Assign.Method).SelectMany(kind => kind.Take(2)).SelectMany(entry => Seeds(entry.setting, entry.number));

    private static IEnumerable<byte[]> Seeds(Setting setting, int number)
    {
        string shown = setting.Show(new MetaStoreOptions());
        return new[] { setting.Example, shown }.Distinct().Select(value => (byte[])[.. BitConverter.GetBytes((ushort)number), .. Encoding.UTF8.GetBytes(value)]);
    }
}
