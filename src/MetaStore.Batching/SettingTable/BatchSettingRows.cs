using MetaStore.Batching.Settings;

namespace MetaStore.Batching.SettingTable;

/// <summary>Creates rows of <see cref="BatchSettingTable"/>, one method for each kind of value. Times are microseconds.</summary>
internal static class BatchSettingRows
{
    private const double Millisecond = 1e3;
    private const double Second = 1e6;

    public static BatchSetting Choice<T>(
        string key, string flag, string field, IReadOnlyList<BatchPolicyKind> readBy, string meaning, Func<BatchSettings, double> read, Func<BatchSettings, double, BatchSettings> change)
        where T : struct, Enum =>
        new()
        {
            Key = key, Flag = flag, Field = field, ReadBy = readBy, Meaning = meaning, Kind = BatchSettingKind.Choice,
            Choices = [.. Enum.GetNames<T>().Select(name => name.ToLowerInvariant())], Read = read, Change = change,
        };

    public static BatchSetting Size(
        string key, string flag, string field, IReadOnlyList<BatchPolicyKind> readBy, string meaning, Func<BatchSettings, double> read, Func<BatchSettings, double, BatchSettings> change) =>
        Count(key, flag, field, readBy, meaning, 1, BatchSettings.SizeCeiling, read, change);

    public static BatchSetting Count(
        string key, string flag, string field, IReadOnlyList<BatchPolicyKind> readBy, string meaning, double min, double max,
        Func<BatchSettings, double> read, Func<BatchSettings, double, BatchSettings> change) =>
        new() { Key = key, Flag = flag, Field = field, ReadBy = readBy, Meaning = meaning, Kind = BatchSettingKind.Count, Min = min, Max = max, Read = read, Change = change };

    public static BatchSetting Bytes(
        string key, string flag, string field, IReadOnlyList<BatchPolicyKind> readBy, string meaning, double min, double max,
        Func<BatchSettings, double> read, Func<BatchSettings, double, BatchSettings> change) =>
        Count(key, flag, field, readBy, meaning, min, max, read, change) with { Kind = BatchSettingKind.Bytes };

    public static BatchSetting Number(
        string key, string flag, string field, IReadOnlyList<BatchPolicyKind> readBy, string meaning, double min, double max,
        Func<BatchSettings, double> read, Func<BatchSettings, double, BatchSettings> change) =>
        Count(key, flag, field, readBy, meaning, min, max, read, change) with { Kind = BatchSettingKind.Number };

    public static BatchSetting Timeout(
        string key, string flag, string field, IReadOnlyList<BatchPolicyKind> readBy, string meaning, Func<BatchSettings, TimeSpan> read, Func<BatchSettings, TimeSpan, BatchSettings> change) =>
        Time(key, flag, field, readBy, meaning, 1, 10 * Second, read, change);

    public static BatchSetting Interval(
        string key, string flag, string field, IReadOnlyList<BatchPolicyKind> readBy, string meaning, Func<BatchSettings, TimeSpan> read, Func<BatchSettings, TimeSpan, BatchSettings> change) =>
        Time(key, flag, field, readBy, meaning, Millisecond, 3600 * Second, read, change);

    public static BatchSetting Time(
        string key, string flag, string field, IReadOnlyList<BatchPolicyKind> readBy, string meaning, double min, double max,
        Func<BatchSettings, TimeSpan> read, Func<BatchSettings, TimeSpan, BatchSettings> change) =>
        Count(key, flag, field, readBy, meaning, min, max, s => read(s).TotalMicroseconds, (s, v) => change(s, TimeSpan.FromMicroseconds(v))) with { Kind = BatchSettingKind.Time };
}
