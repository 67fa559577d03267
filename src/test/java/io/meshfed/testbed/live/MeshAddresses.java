package io.meshfed.testbed.live;

/**
 * Names and address ranges of one mesh; east and west have those of the tutorial.
 *
 * @param name of cluster and mesh, as in {@code <name>-network} and {@code <name>.local}
 * @param number from 0, unique among the meshes of a network
 */
record MeshAddresses(String name, int number) {
    private static final int FIRST_BALANCER = 20;
    private static final int BALANCERS_PER_MESH = 60;

    private int byteOfMesh() {
        return 10 + 20 * number;
    }

    /** First two bytes of the pods' addresses: {@code 10.10.}, {@code 10.30.}, ... */
    String podPrefix() {
        return "10." + byteOfMesh() + ".";
    }

    String podCidr() {
        return podPrefix() + "0.0/16";
    }

    String serviceCidr() {
        return "10.255." + byteOfMesh() + ".0/24";
    }

    /** Where its node meets the other clusters'. */
    String wanAddress() {
        return "192.168.100." + (1 + number) + "/24";
    }

    String balancerAddress(int index) {
        return "192.168.100." + (FIRST_BALANCER + BALANCERS_PER_MESH * number + index);
    }
}
