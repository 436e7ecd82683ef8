using System.Text;

namespace MetaStore.StateMachine.Tests.Rig;

/// <summary>Converts between text and bytes.</summary>
internal static class Bytes
{
    /// <summary>Range end for all keys from a key on.</summary>
    public static ReadOnlyMemory<byte> FromKey { get; } = new byte[] { 0 };

    public static ReadOnlyMemory<byte> Of(string? text) => Encoding.Latin1.GetBytes(text ?? string.Empty);

    public static string Text(ReadOnlyMemory<byte> bytes) => Encoding.Latin1.GetString(bytes.Span);
}
