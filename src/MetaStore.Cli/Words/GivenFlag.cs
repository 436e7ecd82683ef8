using System.CommandLine;

namespace MetaStore.Cli.Words;

/// <summary>A flag of the command line.</summary>
/// <param name="Flag">The flag.</param>
/// <param name="Value">Its value, in the form that the parser gets.</param>
/// <remarks>A class, not a tuple: LINQ over tuples is not compiled ahead, and would be compiled at each start.</remarks>
internal sealed record GivenFlag(Option Flag, string Value);
