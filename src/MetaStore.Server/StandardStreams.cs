using System.Text;

namespace MetaStore.Server;

/// <summary>Text for standard output and error without System.Console's writers, which prepare a terminal with an escape sequence first.</summary>
internal static class StandardStreams
{
    public static void WriteOutput(string text) => Write(Console.OpenStandardOutput(), text);

    public static void WriteError(string text) => Write(Console.OpenStandardError(), text);

    private static void Write(Stream stream, string text)
    {
        using (stream)
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }
    }
}
