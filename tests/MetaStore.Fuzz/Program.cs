using System.Globalization;
using MetaStore.Fuzz.Mutation;
using MetaStore.Fuzz.Targets;

namespace MetaStore.Fuzz;

/// <summary>Runs one reader of input from outside: on inputs of afl-fuzz, or on files. See eng/fuzz.sh.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["list"]:
                foreach (FuzzTarget target in FuzzTargets.All)
                {
                    Console.WriteLine(target.Name);
                }

                return 0;
            case ["seeds", var folder]:
                WriteSeeds(folder);
                return 0;
            case ["replay", var name, .. var files] when FuzzTargets.Find(name) is { } target:
                foreach (string file in files)
                {
                    Console.WriteLine($"{file}: {(target.Run(File.ReadAllBytes(file)) ? "read" : "refused")}");
                }

                return 0;
            case ["mutate", var name, var count, var seed, .. { Length: > 0 } folders] when FuzzTargets.Find(name) is { } target:
                return new MutationRun(target, Console.Out).Run(long.Parse(count, CultureInfo.InvariantCulture), int.Parse(seed, CultureInfo.InvariantCulture), folders) ? 0 : 1;
            case [var name] when FuzzTargets.Find(name) is { } target:
                // Once on the standard input when afl-fuzz is not there.
                SharpFuzz.Fuzzer.Run(stream => target.Run(Whole(stream)));
                return 0;
            default:
                Console.Error.WriteLine("metafuzz TARGET | list | seeds FOLDER | replay TARGET FILE... | mutate TARGET COUNT SEED FOLDER...");
                return 64;
        }
    }

    private static byte[] Whole(Stream stream)
    {
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static void WriteSeeds(string folder)
    {
        foreach (FuzzTarget target in FuzzTargets.All)
        {
            string place = Directory.CreateDirectory(Path.Combine(folder, target.Name)).FullName;
            foreach ((byte[] seed, int at) in target.Seeds().Select((seed, at) => (seed, at)))
            {
                File.WriteAllBytes(Path.Combine(place, $"{at:d2}"), seed);
            }
        }
    }
}
