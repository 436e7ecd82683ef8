using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace MetaStore.Server.Hosting.Descriptors;

/// <summary>Ends the program with one line and code 64 when the limit of open files is too low to load it.</summary>
/// <remarks>
/// Runs before Main, because compiling Main opens assemblies, and with a very low limit the process would abort there. So it uses only the core
/// library, not even the console, and no constant of another assembly. Below about 24 descriptors the runtime itself does not start.
/// </remarks>
internal static class EarlyDescriptorCheck
{
    private const int BadConfiguration = 64;
    private const int StandardError = 2;

    [ModuleInitializer]
    internal static void Run()
    {
        if (Assembly.GetEntryAssembly() == typeof(EarlyDescriptorCheck).Assembly && OpenFileLimit.Read() is { } limit && limit < DescriptorPlan.LeastLimit)
        {
            using var error = new FileStream(new SafeFileHandle(StandardError, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            error.Write(Encoding.UTF8.GetBytes($"metastore: {DescriptorPlan.TooLow(limit, DescriptorPlan.LeastLimit, "memory")}\n"));
            Environment.Exit(BadConfiguration);
        }
    }
}
