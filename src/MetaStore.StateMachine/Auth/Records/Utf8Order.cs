namespace MetaStore.StateMachine.Auth.Records;

/// <summary>Orders names as their UTF-8 bytes are ordered, which is the order of etcd's lists and of the engine's keys.</summary>
internal sealed class Utf8Order : IComparer<string>
{
    public static Utf8Order Instance { get; } = new();

    public int Compare(string? x, string? y)
    {
        var left = x.AsSpan();
        var right = y.AsSpan();
        var same = left.CommonPrefixLength(right);
        return same == left.Length || same == right.Length
            ? left.Length.CompareTo(right.Length)
            : Weight(left[same]).CompareTo(Weight(right[same]));
    }

    /// <summary>UTF-16 places surrogates below U+E000 to U+FFFF; in UTF-8 what they stand for comes after.</summary>
    private static int Weight(char unit) => unit >= 0xE000 ? unit - 0x800 : unit >= 0xD800 ? unit + 0x2000 : unit;
}
