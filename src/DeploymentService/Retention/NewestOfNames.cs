using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace DeploymentService.Retention;

/// <summary>
/// The newest deployments of each server and config name, as deployments are met from the newest to the oldest. Names are kept as 128 bits of their SHA-256, however long they are, some seventy
/// bytes each in all: no two are ever taken for one.
/// </summary>
internal sealed class NewestOfNames
{
    private readonly Dictionary<UInt128, Newest> _names = [];

    /// <summary>Meets the next one. The number of one that was created and begun later, and is in the agent's document if this one is; null for none.</summary>
    public long? FollowerOf(KnownDeployment next)
    {
        var name = HashOf(next);
        var met = _names.GetValueOrDefault(name);
        var (number, begun) = next.IsOnServer ? met.OnServer : met.Any;
        if (number > 0 && begun >= next.StartedTime)
        {
            return number;
        }

        // Of those that were met it is the one that was begun last, so that nothing ever follows what is kept here.
        _names[name] = new(
            next.StartedTime > met.Any.Begun ? (next.Number, next.StartedTime) : met.Any,
            next.IsOnServer ? (next.Number, next.StartedTime) : met.OnServer);
        return null;
    }

    private static UInt128 HashOf(KnownDeployment deployment)
    {
        // With the lengths, so that no two names make the same text.
        var text = string.Create(CultureInfo.InvariantCulture, $"{deployment.ProjectId.Length} {deployment.ServerId.Length} {deployment.ProjectId}{deployment.ServerId}{deployment.Name}");
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan()), hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    private readonly record struct Newest((long Number, DateTime Begun) Any, (long Number, DateTime Begun) OnServer);
}
