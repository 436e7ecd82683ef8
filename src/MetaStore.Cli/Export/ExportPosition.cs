using System.Text.Json;
using Google.Protobuf;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Words;
using MetaStore.Client;

namespace MetaStore.Cli.Export;

/// <summary>Where an export that was interrupted goes on.</summary>
/// <param name="Revision">The revision that all keys are of.</param>
/// <param name="LastKey">The last key in the file; null for none.</param>
/// <param name="Keys">Keys in the file.</param>
/// <param name="Length">Bytes of the file that are complete lines.</param>
/// <param name="IsComplete">Nothing is left to do.</param>
internal sealed record ExportPosition(long Revision, ByteString? LastKey, long Keys, long Length, bool IsComplete)
{
    /// <summary>Reads an export to its end.</summary>
    /// <exception cref="InputException">It is not an export of this range.</exception>
    public static async Task<ExportPosition> OfAsync(Stream file, KeyRange range, CancellationToken cancellation)
    {
        var lines = new ByteLines(file); // leaves out a last line without an end
        ExportPosition? position = null;
        for (var number = 1L; await lines.NextAsync(cancellation) is { } line; number++)
        {
            try
            {
                using var json = JsonDocument.Parse(line);
                position = position is null
                    ? new ExportPosition(ExportFrame.RevisionOf(json.RootElement, range) ?? throw new FormatException("it is an export of another range"), null, 0, line.Length + 1, IsComplete: false)
                    : position.After(json.RootElement, line.Length + 1);
            }
            catch (Exception wrong) when (wrong is JsonException or FormatException or OverflowException or InvalidOperationException)
            {
                throw new InputException($"cannot continue this file: line {number}: {wrong.Message}");
            }
        }

        return position ?? throw new InputException("cannot continue this file: it has no complete line");
    }

    private ExportPosition After(JsonElement line, int length)
    {
        if (IsComplete)
        {
            throw new FormatException("there is more after the last line");
        }

        if (!ExportFrame.IsFrame(line))
        {
            return this with { LastKey = ExportedKey.Read(line).Key, Keys = Keys + 1, Length = Length + length };
        }

        var said = ExportFrame.KeysOf(line) ?? throw new FormatException("it is the first line of another export");
        return said == Keys ? this with { IsComplete = true } : throw new FormatException($"the last line says {said} keys, and there are {Keys}");
    }
}
