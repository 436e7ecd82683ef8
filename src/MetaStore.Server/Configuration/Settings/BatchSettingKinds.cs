using MetaStore.Batching.SettingTable;
using MetaStore.Server.Configuration.Options;

namespace MetaStore.Server.Configuration.Settings;

/// <summary>Converts rows of the batch setting table to configuration settings.</summary>
internal static class BatchSettingKinds
{
    /// <summary>A setting with the row's names, range and meaning.</summary>
    public static Setting Of(BatchSetting row)
    {
        (string flag, string path, string meaning) = (row.Flag, row.Path, row.Meaning);
        Setting setting = row.Kind switch
        {
            BatchSettingKind.Choice => SettingKinds.Choice(flag, path, meaning, [.. row.Choices], o => row.Text(Read(o)), (o, v) => Change(o, IndexOf(row.Choices, v))),
            BatchSettingKind.Switch => SettingKinds.Switch(flag, path, meaning, o => Read(o) != 0, (o, v) => Change(o, v ? 1 : 0)),
            BatchSettingKind.Count => SettingKinds.Whole(flag, path, meaning, (long)row.Min, (long)row.Max, o => (long)Read(o), (o, v) => Change(o, v)),
            BatchSettingKind.Bytes => SettingKinds.Bytes(flag, path, meaning, (long)row.Min, (long)row.Max, o => (long)Read(o), (o, v) => Change(o, v)),
            BatchSettingKind.Time => SettingKinds.Duration(flag, path, meaning, row.Text(row.Min), row.Text(row.Max),
                o => TimeSpan.FromMicroseconds(Read(o)), (o, v) => Change(o, v.TotalMicroseconds)),
            _ => SettingKinds.Number(flag, path, meaning, row.Min, row.Max, Read, Change),
        };
        return setting.Also([.. row.Aliases]);

        double Read(MetaStoreOptions options) => row.Read(options.Batch.Settings);

        void Change(MetaStoreOptions options, double value) => options.Batch.Settings = row.Change(options.Batch.Settings, value);
    }

    private static int IndexOf(IReadOnlyList<string> choices, string name) => choices.ToList().IndexOf(name);
}
