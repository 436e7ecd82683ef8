using System.Globalization;

namespace MetaStore.Raft.Storage.Snapshots;

/// <summary>File names of snapshots: term and index, sixteen hexadecimal digits each, so that names sort by age.</summary>
internal static class SnapshotName
{
    internal static string Format(ulong term, ulong index) =>
        string.Create(CultureInfo.InvariantCulture, $"{term:x16}-{index:x16}{SnapshotFormat.Extension}");

    internal static bool TryParse(string name, out ulong term, out ulong index)
    {
        term = 0;
        index = 0;
        return name.Length == 33 + SnapshotFormat.Extension.Length
            && name[16] == '-'
            && name.EndsWith(SnapshotFormat.Extension, StringComparison.Ordinal)
            && ulong.TryParse(name.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out term)
            && ulong.TryParse(name.AsSpan(17, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out index);
    }
}
