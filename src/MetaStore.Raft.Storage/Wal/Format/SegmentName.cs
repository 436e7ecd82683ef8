using System.Globalization;

namespace MetaStore.Raft.Storage.Wal.Format;

/// <summary>File names of segments: sequence and first index, sixteen hexadecimal digits each, so that names sort by age.</summary>
internal static class SegmentName
{
    internal static string Format(ulong sequence, ulong firstIndex) =>
        string.Create(CultureInfo.InvariantCulture, $"{sequence:x16}-{firstIndex:x16}{WalFormat.SegmentExtension}");

    internal static bool TryParse(string name, out ulong sequence, out ulong firstIndex)
    {
        sequence = 0;
        firstIndex = 0;
        return name.Length == 33 + WalFormat.SegmentExtension.Length
            && name[16] == '-'
            && name.EndsWith(WalFormat.SegmentExtension, StringComparison.Ordinal)
            && ulong.TryParse(name.AsSpan(0, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out sequence)
            && ulong.TryParse(name.AsSpan(17, 16), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out firstIndex);
    }
}
